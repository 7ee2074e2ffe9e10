/**
 * The tests of the contract, a class for each group of rules, and what they share.
 *
 * <p>Each class is a {@link dev.sluice.tck.contract.RuleGroup}; {@code TransportContractTest} nests
 * them all.
 */
@NullMarked
package dev.sluice.tck.contract;

import org.jspecify.annotations.NullMarked;
