package dev.sluice.transport.rdmasim.verbs;

/**
 * A piece of a registered region of this side.
 *
 * @param localKey {@link MemoryRegion#localKey}
 * @param offset bytes from the start of the region
 * @param byteCount how many
 */
public record ScatterGather(int localKey, long offset, long byteCount) {}
