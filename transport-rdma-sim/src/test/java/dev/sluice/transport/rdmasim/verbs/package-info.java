/** Tests of the semantic core, over a fabric without time and loss. */
@NullMarked
package dev.sluice.transport.rdmasim.verbs;

import org.jspecify.annotations.NullMarked;
