/**
 * The scenarios that every mode of the simulation is tested with, and what they need of a mode. A
 * new mode supplies a {@link dev.sluice.transport.rdmasim.kit.Rig} and runs all classes whose names
 * end in {@code Scenarios}.
 */
@NullMarked
package dev.sluice.transport.rdmasim.kit;

import org.jspecify.annotations.NullMarked;
