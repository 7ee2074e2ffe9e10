package dev.sluice.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class NearMissTest {
  private static final List<String> KNOWN = List.of("file", "null", "rdma-sim", "tcp", "unix");

  @ParameterizedTest
  @CsvSource({
    "fiel, file",
    "files, file",
    "fil, file",
    "tpc, tcp",
    "tcp6, tcp",
    "unx, unix",
    "rdma_sim, rdma-sim",
    "rdmasim, rdma-sim",
    "rmda-sm, rdma-sim"
  })
  void of_slip_findsWhatWasMeant(String given, String meant) {
    assertEquals(Optional.of(meant), NearMiss.of(given, KNOWN));
  }

  @ParameterizedTest
  @CsvSource({"xyz", "fd", "http", "exec", "uuid"})
  void of_anotherWord_findsNothing(String given) {
    assertEquals(Optional.empty(), NearMiss.of(given, KNOWN));
  }

  @Test
  void of_two_givesTheNearer() {
    assertEquals(Optional.of("linger"), NearMiss.of("lingr", List.of("ringer", "linger")));
  }
}
