package dev.sluice.transport.rdmasim.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ProtocolTest {
  private static final Protocol OWN = new Protocol(0x51c3, 2, 0b101);

  @Test
  void sameProtocol_matches_withFewerFeaturesToo() {
    assertEquals(Optional.empty(), OWN.mismatch(OWN.encoded()));
    assertEquals(Optional.empty(), OWN.mismatch(new Protocol(0x51c3, 2, 0b100).encoded()));
  }

  @Test
  void mismatch_saysWhatIsWrong() {
    assertEquals(
        "the peer speaks version 3, this side version 2",
        OWN.mismatch(new Protocol(0x51c3, 3, 0).encoded()).orElseThrow());
    assertEquals(
        "the peer insists on features 2 that this side lacks",
        OWN.mismatch(new Protocol(0x51c3, 2, 0b111).encoded()).orElseThrow());
    assertEquals(
        "the peer is of another application: 0000dead, not 000051c3",
        OWN.mismatch(new Protocol(0xdead, 2, 0).encoded()).orElseThrow());
    assertTrue(OWN.mismatch(PrivateData.of(new byte[15])).orElseThrow().contains("15 bytes"));
  }

  @Test
  void privateData_areCopied_andLimited() {
    byte[] bytes = {1, 2, 3};
    PrivateData data = PrivateData.of(bytes);
    bytes[0] = 9;
    assertEquals(1, data.buffer().get(0));
    assertEquals(PrivateData.of(new byte[] {1, 2, 3}), data);
    assertEquals(data, data.atMost(3));
    assertThrows(IllegalArgumentException.class, () -> data.atMost(2));
    assertEquals(PrivateData.REJECT_BYTES, PrivateData.ofText("long ".repeat(100)).byteCount());
    assertEquals("no", PrivateData.ofText("no").text());
  }
}
