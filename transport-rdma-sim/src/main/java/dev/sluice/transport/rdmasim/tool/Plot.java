package dev.sluice.transport.rdmasim.tool;

import dev.sluice.api.ByteCounts;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws goodput, over time or over what was swept. The only class that loads AWT. */
final class Plot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;
  private static final double BITS_PER_GIGABIT = 1e9;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MOST_STRETCHES = 240;

  /** So that a stretch does not depend on which messages happen to end in it. */
  private static final int POINTS_PER_STRETCH = 8;

  /** Room above the greatest value. */
  private static final double HEADROOM = 1.08;

  private static final Color MEASURED = new Color(0x1f5fa8);
  private static final Color EXPECTED = new Color(0xc8501e);
  private static final Color LIMIT = new Color(0x8a8a8a);
  private static final Color GRID = new Color(0xe4e4e4);
  private static final Color TEXT = new Color(0x303030);
  private static final BasicStroke LINE = stroke(1.8f);
  private static final BasicStroke DASHED = stroke(1.6f, 7, 5);
  private static final BasicStroke DOTTED = stroke(1.4f, 2, 4);

  private final XYChart chart;
  private double greatest;

  private Plot(String title, String horizontal) {
    System.setProperty("java.awt.headless", "true");
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(horizontal)
            .yAxisTitle("goodput, Gbit/s")
            .build();
    XYStyler style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(stroke(1));
    style.setChartTitleFont(font(Font.BOLD, 16));
    style.setAxisTitleFont(font(Font.PLAIN, 14));
    style.setAxisTickLabelsFont(font(Font.PLAIN, 12));
    style.setLegendFont(font(Font.PLAIN, 13));
    style.setChartFontColor(TEXT);
    style.setAxisTickLabelsColor(TEXT);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartPadding(18);
    style.setChartTitlePadding(12);
    style.setMarkerSize(7);
    style.setYAxisMin(0.0);
  }

  private static Font font(int kind, int size) {
    return new Font(Font.SANS_SERIF, kind, size);
  }

  private static BasicStroke stroke(float width, float... dashes) {
    return new BasicStroke(
        width,
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        10,
        dashes.length == 0 ? null : dashes,
        0);
  }

  /** Returns the picture of a transfer. */
  static byte[] overTime(TransferResult result, String format) {
    Scenario scenario = result.scenario();
    Plot plot = new Plot(title(scenario), "virtual time, s");
    ProgressCurve curve = result.curve();
    int count = Math.clamp(curve.size() / POINTS_PER_STRETCH, 1, MOST_STRETCHES);
    double[] rates = curve.bitsPerSecond(count);
    double[] times = new double[2 * count];
    double[] steps = new double[2 * count];
    double seconds = result.timeNanos() / NANOS_PER_SECOND;
    for (int i = 0; i < count; i++) {
      times[2 * i] = seconds * i / count;
      times[2 * i + 1] = seconds * (i + 1) / count;
      steps[2 * i] = rates[i] / BITS_PER_GIGABIT;
      steps[2 * i + 1] = steps[2 * i];
    }
    plot.level(
        "rate of the link", seconds, TransferText.rate(scenario.effectiveLink()), LIMIT, DOTTED);
    plot.level("formula", seconds, Formula.bitsPerSecond(scenario), EXPECTED, DASHED);
    plot.add("goodput", times, steps, MEASURED, LINE, SeriesMarkers.NONE);
    return plot.encode(format);
  }

  private void level(
      String name, double end, double bitsPerSecond, Color color, BasicStroke stroke) {
    if (!Double.isInfinite(bitsPerSecond)) {
      double value = bitsPerSecond / BITS_PER_GIGABIT;
      add(
          name,
          new double[] {0, end},
          new double[] {value, value},
          color,
          stroke,
          SeriesMarkers.NONE);
    }
  }

  /** Returns the picture of a sweep; points that failed are left out. */
  static byte[] overValues(Scenario base, SweepKey key, List<SweepPoint> points, String format) {
    Plot plot = new Plot(title(base) + ", " + key.text() + " swept", key.axis());
    plot.chart.getStyler().setXAxisLogarithmic(true);
    double[] values = points.stream().mapToDouble(point -> key.onAxis(point.value())).toArray();
    double[] expected =
        points.stream()
            .mapToDouble(point -> Formula.bitsPerSecond(point.scenario()) / BITS_PER_GIGABIT)
            .toArray();
    plot.add("formula", values, expected, EXPECTED, DASHED, SeriesMarkers.NONE);
    double[] measured = points.stream().mapToDouble(Plot::gigabitsPerSecond).toArray();
    plot.add("goodput", values, measured, MEASURED, LINE, SeriesMarkers.CIRCLE);
    return plot.encode(format);
  }

  private static double gigabitsPerSecond(SweepPoint point) {
    TransferResult result = point.result();
    return result == null ? Double.NaN : result.bitsPerSecond() / BITS_PER_GIGABIT;
  }

  private static String title(Scenario scenario) {
    return scenario.link().name()
        + ", "
        + ByteCounts.format(scenario.sizeBytes())
        + ", loss "
        + scenario.link().loss()
        + ", seed "
        + scenario.seed();
  }

  private void add(
      String name, double[] x, double[] y, Color color, BasicStroke stroke, Marker marker) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(color);
    series.setLineStyle(stroke);
    series.setMarker(marker);
    series.setMarkerColor(color);
    for (double value : y) {
      greatest = value > greatest ? value : greatest;
    }
  }

  private byte[] encode(String format) {
    if (greatest > 0) {
      chart.getStyler().setYAxisMax(greatest * HEADROOM);
    }
    try {
      return ChartEncoder.getBytes(chart, format);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
