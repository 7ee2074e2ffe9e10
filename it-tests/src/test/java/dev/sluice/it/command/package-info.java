/** The command as a process, as a user meets it. */
@NullMarked
package dev.sluice.it.command;

import org.jspecify.annotations.NullMarked;
