package dev.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp:host:4444|tcp|host:4444",
        "tcp::4444|tcp|:4444",
        "tcp:[::1]:4444|tcp|[::1]:4444",
        "unix:/run/m.sock|unix|/run/m.sock",
        "file:/var/vm.mig|file|/var/vm.mig",
        "rdma-sim:NAME|rdma-sim|NAME",
        "acme.x+y:a=b|acme.x+y|a=b",
        "stdio:|stdio|''",
        "file:C:\\x y|file|C:\\x y",
        "file:%2C|file|%2C",
        "file:ünï\uD83D\uDE00|file|ünï\uD83D\uDE00",
      })
  void ch14_1_qemuSpelling_isReadAndPrintedAsItIs(String text, String scheme, String target)
      throws TransportException {
    TransportAddress address = TransportAddress.parse(text);
    assertEquals(scheme, address.scheme());
    assertEquals(target, address.target());
    assertEquals(Map.of(), address.options());
    assertEquals(text, address.toString());
  }

  @Test
  void ch14_1_options_areReadInTheirOrder() throws TransportException {
    TransportAddress address = TransportAddress.parse("file:/var/vm.mig,offset=0x1000,fsync=off");
    assertEquals("/var/vm.mig", address.target());
    assertEquals(List.of("offset", "fsync"), List.copyOf(address.options().keySet()));
    assertEquals(Optional.of("0x1000"), address.option("offset"));
    assertEquals(Optional.empty(), address.option("in-place"));
    assertEquals("file:/var/vm.mig,offset=0x1000,fsync=off", address.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file:a,,b|a,b",
        "file:,,|','",
        "file:,,,,|',,'",
        "file:a,,,,b|a,,b",
        "file:,,a|',a'",
        "file:a,,|'a,'",
      })
  void ch14_2_doubledCommaInTheTarget_isOneComma(String text, String target)
      throws TransportException {
    TransportAddress address = TransportAddress.parse(text);
    assertEquals(target, address.target());
    assertEquals(text, address.toString());
  }

  @Test
  void ch14_2_threeCommas_areALiteralOneAndTheEnd() throws TransportException {
    TransportAddress address = TransportAddress.parse("file:a,,,k=v,,,l=w");
    assertEquals("a,", address.target());
    assertEquals(Map.of("k", "v,", "l", "w"), address.options());
  }

  @Test
  void ch14_2_valueWithEqualsSignAndColon_isTakenAsItIs() throws TransportException {
    assertEquals(Optional.of("a=b:c"), TransportAddress.parse("tcp:h:1,key=a=b:c").option("key"));
    assertEquals(Optional.of(""), TransportAddress.parse("tcp:h:1,key=").option("key"));
  }

  @Test
  void ch14_2_emptyTargetWithOptions_isRead() throws TransportException {
    TransportAddress address = TransportAddress.parse("null:,size=5");
    assertEquals("", address.target());
    assertEquals(Optional.of("5"), address.option("size"));
  }

  @Test
  void ch14_3_keyAlone_isOn() throws TransportException {
    TransportAddress address = TransportAddress.parse("file:x,in-place");
    assertEquals(Optional.of("on"), address.option("in-place"));
    assertEquals("file:x,in-place=on", address.toString());
    assertEquals(address, TransportAddress.parse("file:x,in-place=on"));
  }

  @Test
  void ch14_3_keyTwice_isRefused() {
    TransportException failure = assertMalformed("file:x,a=1,b,a=1");
    assertTrue(message(failure).contains("'a' is given twice"), failure.getMessage());
  }

  @Test
  void ch14_4_randomAddresses_printAndParseToEqualOnes() throws TransportException {
    long seed = Seed.print(getClass());
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var expected = new LinkedHashMap<String, String>();
      String target = randomText(random);
      var text = new StringBuilder("file:").append(target.replace(",", ",,"));
      for (int option = random.nextInt(4); option > 0; option--) {
        String key = "k" + option;
        String value = randomText(random);
        expected.put(key, value);
        text.append(',').append(key).append('=').append(value.replace(",", ",,"));
      }

      TransportAddress address = TransportAddress.parse(text.toString());

      assertEquals(target, address.target());
      assertEquals(expected, address.options());
      assertEquals(text.toString(), address.toString());
      TransportAddress again = TransportAddress.parse(address.toString());
      assertEquals(address, again);
      assertEquals(address.hashCode(), again.hashCode());
    }
  }

  @Test
  void ch14_4_randomTexts_areRefusedOrPrintAndParseToEqualOnes() {
    long seed = Seed.print(getClass());
    var random = new Random(seed);
    int parsed = 0;
    for (int i = 0; i < 50_000; i++) {
      String text = (random.nextBoolean() ? "a:" : "") + randomText(random);
      TransportAddress address;
      try {
        address = TransportAddress.parse(text);
      } catch (TransportException refused) {
        assertEquals(Kind.ADDRESS, refused.kind());
        continue;
      }
      parsed++;
      assertEquals(address, Assertions.assertDoesNotThrow(() -> reparse(address)));
    }
    assertTrue(parsed > 1000, "only " + parsed + " were addresses");
  }

  private static TransportAddress reparse(TransportAddress address) throws TransportException {
    return TransportAddress.parse(address.toString());
  }

  private static String randomText(Random random) {
    String alphabet = ",,,,==::ab-1 .\\/%\"'é\uD83D";
    var text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        ",,,,",
        ":",
        ":x",
        "noscheme",
        "/var/vm.mig",
        "File:x",
        "1tcp:x",
        "fi le:x",
        "-a:x",
        "abcdefghijklmnopqrstuvwxyz0123456:too-long",
        "file:x,",
        "file:,",
        "file:x,,,",
        "file:x,=v",
        "file:x,K=v",
        "file:x,1k=v",
        "file:x,k v",
        "file:x,k=v,",
        "file:x, k=v",
      })
  void ch14_6_malformed_givesKindAddressWithTextAndHint(String text) {
    TransportException failure = assertMalformed(text);
    assertTrue(message(failure).contains("'" + text + "'"), failure.getMessage());
    assertFalse(failure.hint().orElse("").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\n", "\u001b", "\u007f", "\u009b"})
  void ch14_5_controlCharacter_isRefusedAndNotShown(String control) {
    for (String text :
        List.of(
            "file:a" + control + "b",
            "fi" + control + "le:x",
            "file:x,k=" + control,
            "file:x,k" + control + "=v",
            control)) {
      TransportException failure = assertMalformed(text);
      assertFalse(message(failure).contains(control));
      assertFalse(failure.hint().orElseThrow().contains(control));
    }
    assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("file", "a" + control));
  }

  @Test
  void of_targetWithCommas_printsThemDoubled() throws TransportException {
    TransportAddress address = TransportAddress.of("file", "a,b,,c");
    assertEquals("file:a,,b,,,,c", address.toString());
    assertEquals(address, TransportAddress.parse(address.toString()));
  }

  @Test
  void of_badScheme_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("", "x"));
    assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("A", "x"));
    assertThrows(IllegalArgumentException.class, () -> TransportAddress.of("a,b", "x"));
  }

  @Test
  void withTarget_keepsSchemeAndOptions() throws TransportException {
    TransportAddress address = TransportAddress.parse("tcp::0,linger=5s");
    TransportAddress bound = address.withTarget("0.0.0.0:4444");
    assertEquals("tcp:0.0.0.0:4444,linger=5s", bound.toString());
    assertEquals("tcp::0,linger=5s", address.toString());
  }

  @Test
  void ch14_5_withTarget_controlCharacter_isRefused() {
    TransportAddress address = TransportAddress.of("unix", "/run/m.sock");
    assertThrows(IllegalArgumentException.class, () -> address.withTarget("/run/\0.sock"));
  }

  @Test
  void withOption_isAddedLast_andReplacesInItsPlace() throws TransportException {
    TransportAddress address = TransportAddress.parse("rdma-sim:vm,dir=/a,window=1MiB");
    assertEquals(
        "rdma-sim:vm,dir=/a,window=1MiB,linger=5s", address.withOption("linger", "5s").toString());
    assertEquals("rdma-sim:vm,dir=/b,window=1MiB", address.withOption("dir", "/b").toString());
    assertEquals("rdma-sim:vm,dir=/a,window=1MiB", address.toString());
  }

  @Test
  void withOption_comma_isDoubledInTheText() throws TransportException {
    TransportAddress address = TransportAddress.of("rdma-sim", "vm").withOption("dir", "/a,b=c");
    assertEquals("rdma-sim:vm,dir=/a,,b=c", address.toString());
    assertEquals(address, TransportAddress.parse(address.toString()));
    assertEquals(Optional.of("/a,b=c"), address.option("dir"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Dir", "1dir", "a=b", "a,b", "a b", "a\n"})
  void withOption_noKey_isRefused(String key) {
    TransportAddress address = TransportAddress.of("rdma-sim", "vm");
    assertThrows(IllegalArgumentException.class, () -> address.withOption(key, "x"));
  }

  @Test
  void ch14_5_withOption_controlCharacter_isRefused() {
    TransportAddress address = TransportAddress.of("rdma-sim", "vm");
    assertThrows(IllegalArgumentException.class, () -> address.withOption("dir", "/a\0"));
  }

  @Test
  void options_cannotBeChanged() throws TransportException {
    Map<String, String> options = TransportAddress.parse("file:x,k=v").options();
    assertThrows(UnsupportedOperationException.class, () -> options.put("l", "w"));
    assertThrows(UnsupportedOperationException.class, options::clear);
    assertTrue(options instanceof SequencedMap);
  }

  @Test
  void equals_looksAtSchemeTargetAndOptions() throws TransportException {
    var address = TransportAddress.parse("file:x,k=v");
    for (String other : List.of("fil:x,k=v", "file:y,k=v", "file:x,k=w", "file:x", "file:x,l=v")) {
      assertNotEquals(address, TransportAddress.parse(other));
    }
    assertNotEquals(address, "file:x,k=v");
  }

  @Test
  void huge_isReadInTimeProportionalToItsLength() {
    List<String> hostile = new ArrayList<>();
    hostile.add("file:" + "a".repeat(5_000_000));
    hostile.add("file:" + ",".repeat(5_000_000));
    hostile.add("file:x,k=" + "=".repeat(5_000_000));
    hostile.add("file:x," + "k".repeat(5_000_000) + "=v");
    var manyKeys = new StringBuilder("file:x");
    for (int i = 0; i < 300_000; i++) {
      manyKeys.append(",k").append(i).append("=v");
    }
    hostile.add(manyKeys.toString());
    for (String text : hostile) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertEquals(text, TransportAddress.parse(text).toString()));
    }
    assertMalformed("a".repeat(5_000_000) + ":x");
  }

  private static TransportException assertMalformed(String text) {
    var failure = assertThrows(TransportException.class, () -> TransportAddress.parse(text));
    assertEquals(Kind.ADDRESS, failure.kind());
    return failure;
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
