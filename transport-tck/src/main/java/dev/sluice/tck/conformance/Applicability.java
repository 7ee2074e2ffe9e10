package dev.sluice.tck.conformance;

import dev.sluice.api.ChannelFeature;
import dev.sluice.tck.fixture.TransportFixture;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Whether a test is about this kind of transport; each feature has a twin for its absence. */
final class Applicability {
  private Applicability() {}

  /** Returns why the test does not apply; empty: it does. */
  static Optional<String> whyNot(ExtensionContext context, TransportFixture fixture) {
    Set<ChannelFeature> declared = fixture.features();
    return find(context, Needs.class)
        .flatMap(
            needs ->
                Arrays.stream(needs.value())
                    .filter(feature -> !declared.contains(feature))
                    .findFirst()
                    .map(missing -> missing + " is not declared"))
        .or(
            () ->
                find(context, Lacks.class)
                    .filter(lacks -> declared.contains(lacks.value()))
                    .map(lacks -> lacks.value() + " is declared"))
        .or(
            () ->
                find(context, OnlyOn.class)
                    .filter(only -> only.value() != fixture.medium())
                    .map(only -> "the medium is not " + only.value()));
  }

  /** The test's own annotation, else that of its group. */
  private static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
    return AnnotationSupport.findAnnotation(context.getElement(), type)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), type));
  }
}
