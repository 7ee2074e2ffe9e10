/** Tests of the code's structure, of the packed jars and of the README. */
@NullMarked
package dev.sluice.it.structure;

import org.jspecify.annotations.NullMarked;
