/** Tests of verbs under virtual time. */
@NullMarked
package dev.sluice.transport.rdmasim.virtual;

import org.jspecify.annotations.NullMarked;
