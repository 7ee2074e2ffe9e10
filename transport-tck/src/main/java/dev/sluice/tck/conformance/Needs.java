package dev.sluice.tck.conformance;

import dev.sluice.api.ChannelFeature;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rule, or each rule of the group, is about channels that declare these features. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface Needs {
  /** All of them have to be declared. */
  ChannelFeature[] value();
}
