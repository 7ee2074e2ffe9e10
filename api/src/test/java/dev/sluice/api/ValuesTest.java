package dev.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValuesTest {
  @Test
  void direction_coversWhatItSays() {
    assertTrue(Direction.READ.reads());
    assertFalse(Direction.READ.writes());
    assertFalse(Direction.WRITE.reads());
    assertTrue(Direction.WRITE.writes());
    assertTrue(Direction.BOTH.reads());
    assertTrue(Direction.BOTH.writes());
  }

  @Test
  void channelInfo_named_knowsTheNameOnly() {
    ChannelInfo info = ChannelInfo.named("tcp:10.0.0.7:4444");
    assertEquals("tcp:10.0.0.7:4444", info.toString());
    assertEquals(Optional.empty(), info.localAddress());
    assertEquals(Optional.empty(), info.peerAddress());
    assertEquals(Optional.empty(), info.security());
    assertEquals(Optional.empty(), info.peerUser());
  }

  @Test
  void channelInfo_withMore_keepsTheRest() {
    var local = Optional.of(TransportAddress.of("tcp", "a:1"));
    var peer = Optional.of(TransportAddress.of("tcp", "b:2"));
    ChannelInfo info = ChannelInfo.named("n").withPeerUser("root").between(local, peer);
    assertEquals(new ChannelInfo("n", local, peer, Optional.empty(), Optional.of("root")), info);
  }

  @ParameterizedTest
  @EnumSource
  void ch12_2_kindOf_isTheExceptionsOwn(Kind kind) {
    assertEquals(kind, TransportException.kindOf(new TransportException(kind, "what")));
  }

  @Test
  void ch12_1_kindOf_anyOtherFailure_isIo() {
    assertEquals(Kind.IO, TransportException.kindOf(new IOException("what")));
    assertEquals(Kind.IO, TransportException.kindOf(new IllegalStateException("what")));
  }

  @Test
  void ch12_3_ch12_4_transportException_keepsMessageHintAndCause() {
    var cause = new IOException("errno 28");
    var failure = new TransportException(Kind.IO, "cannot write", "make room", cause);
    assertEquals("cannot write", failure.getMessage());
    assertEquals(Optional.of("make room"), failure.hint());
    assertSame(cause, failure.getCause());
    assertNull(new TransportException(Kind.IO, "what").getCause());
    assertEquals(Optional.empty(), new TransportException(Kind.IO, "what", cause).hint());
  }

  @Test
  void exceptions_surviveSerialization() throws Exception {
    var failure = copy(new TransportException(Kind.RESET, "what", "hint", new IOException("why")));
    assertEquals(Kind.RESET, failure.kind());
    assertEquals(Optional.of("hint"), failure.hint());
    var missing = copy(new FeatureUnsupportedException(ChannelFeature.RESET, "n"));
    assertEquals(ChannelFeature.RESET, missing.feature());
    assertEquals("n", missing.channelName());
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  private static <T> T copy(T value) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }
}
