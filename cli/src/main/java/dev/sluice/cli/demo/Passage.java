package dev.sluice.cli.demo;

import dev.sluice.api.ChannelFeature;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a stream got through a transport.
 *
 * @param features of the channel it went into
 * @param elapsed from connecting to both ends being closed
 * @param received what came out; empty: the transport drops what it gets
 */
record Passage(Set<ChannelFeature> features, Duration elapsed, Optional<Sum> received) {}
