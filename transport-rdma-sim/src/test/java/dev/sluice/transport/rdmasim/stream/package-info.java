/** Tests of the byte stream, over a fabric without time and loss. */
@NullMarked
package dev.sluice.transport.rdmasim.stream;

import org.jspecify.annotations.NullMarked;
