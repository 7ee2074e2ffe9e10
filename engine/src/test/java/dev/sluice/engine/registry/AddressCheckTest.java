package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.api.spi.Option;
import dev.sluice.api.spi.Option.Side;
import dev.sluice.api.spi.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class AddressCheckTest {
  private static final Scheme SCHEME =
      Scheme.named("demo")
          .options(
              Option.flag("fsync", true, "sync"),
              Option.byteCount("offset", "0", "start"),
              Option.number("mode", 0, 511, 384, "mode").whenListening(),
              Option.duration("patience", "10s", "how long").whenConnecting())
          .build();

  private static void check(String address, Side side) throws TransportException {
    new AddressCheck(SCHEME, TransportAddress.parse(address), side).run();
  }

  private static TransportException refusal(String address, Side side) {
    TransportException thrown = assertThrows(TransportException.class, () -> check(address, side));
    assertEquals(Kind.ADDRESS, thrown.kind());
    return thrown;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo:x", "demo:", "demo:x,fsync", "demo:x,fsync=off,offset=0x10,patience=1s"})
  void run_legalWhenConnecting_passes(String address) {
    assertDoesNotThrow(() -> check(address, Side.CONNECT));
  }

  @Test
  void run_legalWhenListening_passes() {
    assertDoesNotThrow(() -> check("demo:x,mode=7,offset=1KiB", Side.LISTEN));
  }

  @Test
  void run_unknownOption_listsThoseOfThisSide() {
    TransportException thrown = refusal("demo:x,nothing=1", Side.CONNECT);

    assertEquals("unknown option 'nothing' in 'demo:x,nothing=1'", thrown.getMessage());
    assertEquals(
        "demo: takes fsync, offset, patience on the outgoing (connecting) side",
        thrown.hint().orElseThrow());
  }

  @Test
  void run_mistypedOption_asksWhatWasMeant() {
    assertEquals(
        "did you mean 'fsync'? demo: takes fsync, offset, mode on the incoming (listening) side",
        refusal("demo:x,fsnyc=off", Side.LISTEN).hint().orElseThrow());
  }

  @Test
  void run_unknownKeyAlone_mayBePartOfAName() {
    assertEquals(
        "demo: takes fsync, offset, mode on the incoming (listening) side"
            + "; a comma that belongs to a name is written twice",
        refusal("demo:x,backup", Side.LISTEN).hint().orElseThrow());
  }

  @Test
  void run_ofEitherSide_takesTheOptionsOfBoth() {
    assertDoesNotThrow(() -> check("demo:x,mode=7,patience=1s,fsync", Side.BOTH));
    assertEquals(
        "demo: takes fsync, offset, mode, patience",
        refusal("demo:x,nothing=1", Side.BOTH).hint().orElseThrow());
    assertEquals(
        "option mode of 'demo:x,mode=many': 'many' is not a whole number",
        refusal("demo:x,mode=many", Side.BOTH).getMessage());
  }

  @Test
  void run_schemeWithoutOptions_saysSo() throws TransportException {
    AddressCheck check =
        new AddressCheck(
            Scheme.named("bare").build(), TransportAddress.parse("bare:,a=b"), Side.CONNECT);

    TransportException thrown = assertThrows(TransportException.class, check::run);

    assertEquals(
        "bare: takes no options on the outgoing (connecting) side", thrown.hint().orElseThrow());
  }

  @Test
  void run_optionOfTheOtherSide_saysWhichSideItIsFor() {
    assertEquals(
        "option 'mode' works on the incoming (listening) side only, and 'demo:x,mode=7' is on the"
            + " outgoing (connecting) side",
        refusal("demo:x,mode=7", Side.CONNECT).getMessage());
    assertEquals(
        "option 'patience' works on the outgoing (connecting) side only, and 'demo:x,patience=1s'"
            + " is on the incoming (listening) side",
        refusal("demo:x,patience=1s", Side.LISTEN).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync=yes", "offset=many", "offset", "patience=0s", "offset=-1"})
  void run_valueOfTheWrongType_namesOptionAndType(String option) {
    TransportException thrown = refusal("demo:x," + option, Side.CONNECT);

    String key = option.replaceFirst("=.*", "");
    assertTrue(thrown.toString().contains(": option " + key + " of 'demo:x,"), thrown::toString);
    assertTrue(thrown.hint().orElseThrow().startsWith(key + " takes "), thrown::toString);
  }
}
