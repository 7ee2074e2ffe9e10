/** Runs every benchmark once, as short as can be, so that none rots. Times mean nothing here. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
