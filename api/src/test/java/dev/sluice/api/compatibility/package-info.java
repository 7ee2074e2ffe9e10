/** Holds the promise that a plugin compiled against this API goes on working with later ones. */
@NullMarked
package dev.sluice.api.compatibility;

import org.jspecify.annotations.NullMarked;
