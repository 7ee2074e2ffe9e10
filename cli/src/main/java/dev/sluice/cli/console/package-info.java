/**
 * How the command is spoken to and speaks: arguments, exit codes, error cards, lines of JSON,
 * tables, quantities. The same for every sub-command.
 */
@NullMarked
package dev.sluice.cli.console;

import org.jspecify.annotations.NullMarked;
