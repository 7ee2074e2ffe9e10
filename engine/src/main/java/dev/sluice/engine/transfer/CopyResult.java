package dev.sluice.engine.transfer;

import java.time.Duration;
import java.util.Optional;

/**
 * A copy that is complete: the outgoing side was closed and has delivered.
 *
 * @param byteCount bytes copied
 * @param elapsed from both sides being open to the outgoing one being closed
 * @param digest in hexadecimal, where one was asked for
 */
public record CopyResult(long byteCount, Duration elapsed, Optional<String> digest) {}
