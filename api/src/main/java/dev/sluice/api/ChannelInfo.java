package dev.sluice.api;

import java.util.Optional;

/**
 * Who is at the two ends of a channel, for messages and logs; immutable.
 *
 * @param name short and unique enough for a message, such as {@code tcp:10.0.0.7:4444}
 * @param localAddress this end, where it has an address
 * @param peerAddress the other end, where it has an address
 * @param security the protocol that protects the bytes, such as {@code TLSv1.3}; empty: plain bytes
 * @param peerUser the peer's user as the operating system tells it, where it does
 */
public record ChannelInfo(
    String name,
    Optional<TransportAddress> localAddress,
    Optional<TransportAddress> peerAddress,
    Optional<String> security,
    Optional<String> peerUser) {

  /**
   * Returns an info that knows a name only.
   *
   * @param name see {@link #name()}
   */
  public static ChannelInfo named(String name) {
    return new ChannelInfo(
        name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Returns this info with other addresses.
   *
   * @param local this end
   * @param peer the other end
   */
  public ChannelInfo between(Optional<TransportAddress> local, Optional<TransportAddress> peer) {
    return new ChannelInfo(name, local, peer, security, peerUser);
  }

  /**
   * Returns this info with another peer user.
   *
   * @param user the user's name
   */
  public ChannelInfo withPeerUser(String user) {
    return new ChannelInfo(name, localAddress, peerAddress, security, Optional.of(user));
  }

  @Override
  public String toString() {
    return name;
  }
}
