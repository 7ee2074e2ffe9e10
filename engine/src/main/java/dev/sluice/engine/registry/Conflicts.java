package dev.sluice.engine.registry;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides who gets a scheme that several providers claim: the host's provider before any other, and
 * nobody where that does not decide it. There are no priorities, and the order of discovery, which
 * differs between class path and module path, means nothing.
 */
// Claims are told apart by reference: their equals would ask the providers.
@SuppressWarnings("ReferenceEquality")
final class Conflicts {
  private final List<ProviderFailure> failures = new ArrayList<>();
  private final SortedMap<String, Claim> winners = new TreeMap<>();

  Conflicts(List<Claim> claims) {
    claims.stream()
        .collect(groupingBy(claim -> claim.scheme().name()))
        .values()
        .forEach(this::settle);
  }

  /** Returns who serves each scheme. */
  SortedMap<String, Claim> winners() {
    return winners;
  }

  /** Returns a failure for each claim that lost. */
  List<ProviderFailure> failures() {
    return failures;
  }

  private void settle(List<Claim> rivals) {
    Optional<Claim> winner = winnerOf(rivals);
    winner.ifPresent(claim -> winners.put(claim.scheme().name(), claim));
    for (Claim claim : rivals) {
      if (winner.isEmpty()) {
        failures.add(claimedByOthersToo(claim, rivals));
      } else if (claim != winner.get()) {
        failures.add(taken(claim, winner.get()));
      }
    }
  }

  private static Optional<Claim> winnerOf(List<Claim> rivals) {
    List<Claim> ofHost = rivals.stream().filter(claim -> claim.scheme().origin().isHost()).toList();
    List<Claim> first = ofHost.isEmpty() ? rivals : ofHost;
    return first.size() == 1 ? Optional.of(first.getFirst()) : Optional.empty();
  }

  private static ProviderFailure claimedByOthersToo(Claim claim, List<Claim> rivals) {
    String others =
        rivals.stream()
            .filter(rival -> rival != claim)
            .map(rival -> rival.scheme().provider())
            .collect(joining(" and "));
    return ProviderFailure.conflict(
        claim.scheme(),
        "scheme " + claim.scheme().name() + " is claimed by " + others + " as well",
        "keep one of these providers and remove the others");
  }

  private static ProviderFailure taken(Claim claim, Claim winner) {
    return ProviderFailure.conflict(
        claim.scheme(),
        "scheme " + claim.scheme().name() + " is taken by " + winner.scheme().provider(),
        "remove this provider, or ask its author for another name");
  }
}
