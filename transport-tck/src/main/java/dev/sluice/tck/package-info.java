/** The conformance kit: {@link dev.sluice.tck.TransportContractTest} is what an author extends. */
@NullMarked
package dev.sluice.tck;

import org.jspecify.annotations.NullMarked;
