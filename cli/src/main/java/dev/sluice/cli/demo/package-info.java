/**
 * {@code sluice demo}: {@link dev.sluice.cli.demo.Demo} sends a real stream over every installed
 * transport and compares what comes out.
 */
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
