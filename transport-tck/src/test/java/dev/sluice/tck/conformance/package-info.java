/** What the kit makes of a page, of parameters, and of results. */
@NullMarked
package dev.sluice.tck.conformance;

import org.jspecify.annotations.NullMarked;
