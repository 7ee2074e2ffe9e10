package dev.sluice.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.tck.fixture.TransportFixture;
import java.io.IOException;
import org.junit.jupiter.api.Test;

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
  void ch14_4_addresses_printAsTextThatParsesToTheSame() throws Exception {
    TransportAddress address = address();
    assertEquals(address, TransportAddress.parse(address.toString()));
  }
}
