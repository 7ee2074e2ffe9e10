package dev.sluice.tck.conformance;

import dev.sluice.tck.fixture.Medium;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rule, or each rule of the group, makes sense on one kind of medium only. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface OnlyOn {
  /** The kind. */
  Medium value();
}
