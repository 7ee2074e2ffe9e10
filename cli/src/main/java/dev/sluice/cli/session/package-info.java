/**
 * What every command needs that moves bytes for a while: its options, signals, a task that ends
 * when it has to, progress.
 */
@NullMarked
package dev.sluice.cli.session;

import org.jspecify.annotations.NullMarked;
