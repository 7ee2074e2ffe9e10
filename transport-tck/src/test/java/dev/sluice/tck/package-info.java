/** What the tests of this module share. */
@NullMarked
package dev.sluice.tck;

import org.jspecify.annotations.NullMarked;
