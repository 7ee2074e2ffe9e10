/**
 * The transport {@code rdma-sim}: start with {@link dev.sluice.transport.rdmasim.RdmaSimTransport}.
 */
@NullMarked
package dev.sluice.transport.rdmasim;

import org.jspecify.annotations.NullMarked;
