package dev.sluice.it.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.it.support.EventSchema;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that all other tests hold the command to: it has to refuse something. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventSchemaIT {
  private static final String LISTENING =
      "{'type':'listening','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'address':'tcp::1'}";

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void goodLine_isAccepted() {
    assertEquals(List.of(), EventSchema.violations(json(LISTENING)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'type':'listening','t':'2026-01-01T00:00:00Z','elapsed_ms':1}",
        "{'type':'listening','t':'2026-01-01T00:00:00Z','elapsed_ms':1.5,'address':'tcp::1'}",
        "{'type':'listening','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'address':null}",
        "{'type':'listening','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'address':'x','more':1}",
        "{'type':'unheard','t':'2026-01-01T00:00:00Z','elapsed_ms':1}",
        "{'type':'half-closed','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'connection':1,"
            + "'leg':'left','bytes':1}",
        "{'type':'progress','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'bytes':-1,"
            + "'expected_bytes':null,'bytes_per_second':0}",
        "{'type':'error','t':'2026-01-01T00:00:00Z','elapsed_ms':1,'code':0,'kind':'io',"
            + "'leg':null,'address':null,'bytes':0,'expected_bytes':null,'message':'x',"
            + "'hint':null,'left':null}",
      })
  void badLine_isRefused(String line) {
    assertFalse(EventSchema.violations(json(line)).isEmpty());
  }
}
