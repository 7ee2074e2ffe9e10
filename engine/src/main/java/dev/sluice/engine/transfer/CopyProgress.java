package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a copy is, at one moment.
 *
 * @param byteCount bytes that the outgoing side has accepted; never goes down
 * @param expectedByteCount how many there will be, where the incoming side tells its length
 * @param elapsed since both sides were open
 */
public record CopyProgress(long byteCount, OptionalLong expectedByteCount, Duration elapsed) {}
