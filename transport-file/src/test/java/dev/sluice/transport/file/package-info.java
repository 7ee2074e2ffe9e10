/** Tests of the transports {@code file:}, {@code stdio:} and {@code null:}. */
@NullMarked
package dev.sluice.transport.file;

import org.jspecify.annotations.NullMarked;
