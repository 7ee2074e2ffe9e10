/**
 * {@code sluice transports}: what is installed, as a table, in words, and as JSON. All of it comes
 * from the transports themselves.
 */
@NullMarked
package dev.sluice.cli.transports;

import org.jspecify.annotations.NullMarked;
