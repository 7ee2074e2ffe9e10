package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Group 14: the text that names an endpoint. */
public abstract class AddressRules extends RuleGroup {
  /**
   * Creates the group.
   *
   * @param fixture the transport to test
   */
  protected AddressRules(TransportFixture fixture) {
    super(fixture);
  }

  private TransportAddress address() throws IOException {
    return fixture().address(folder());
  }

  @Test
  void ch14_1_schemeName_isOfTheRightForm() throws Exception {
    assertTrue(
        address().scheme().matches("[a-z][a-z0-9+.-]{0,30}"), () -> fixture().scheme().name());
  }

  @Test
  void ch14_2_commas_areDoubled() throws Exception {
    TransportAddress odd = address().withTarget("a,b");
    assertTrue(odd.toString().contains("a,,b"), odd::toString);
    assertEquals(odd, TransportAddress.parse(odd.toString()));
  }

  @Test
  void ch14_3_keyAlone_isOn_andTwice_isRefused() throws Exception {
    String scheme = address().scheme();
    assertEquals(
        Optional.of("on"), TransportAddress.parse(scheme + ":x,some-key").option("some-key"));
    assertThrows(TransportException.class, () -> TransportAddress.parse(scheme + ":x,a=1,a=2"));
  }

  @Test
  void ch14_4_addresses_printAsTextThatParsesToTheSame() throws Exception {
    TransportAddress address = address();
    assertEquals(address, TransportAddress.parse(address.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000", "\n", "\u001b[2J", "\u007f"})
  void ch14_5_controlCharacters_areNoAddress(String character) throws Exception {
    String text = address().scheme() + ":a" + character + "b";
    TransportException refusal =
        assertThrows(TransportException.class, () -> TransportAddress.parse(text));
    assertEquals(Kind.ADDRESS, refusal.kind());
    assertFalse(String.valueOf(refusal.getMessage()).contains(character), "it is shown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "noscheme", "UPPER:x", "1digit:x"})
  void ch14_6_textThatIsNoAddress_isExplained(String text) {
    TransportException refusal =
        assertThrows(TransportException.class, () -> TransportAddress.parse(text));
    assertEquals(Kind.ADDRESS, refusal.kind());
    assertTrue(refusal.hint().isPresent(), refusal::toString);
  }
}
