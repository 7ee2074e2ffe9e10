/** Queue pairs, memory regions and completions: the semantic core that every mode uses. */
@NullMarked
package dev.sluice.transport.rdmasim.verbs;

import org.jspecify.annotations.NullMarked;
