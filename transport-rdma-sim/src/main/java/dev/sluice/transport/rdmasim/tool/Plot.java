package dev.sluice.transport.rdmasim.tool;

import dev.sluice.api.ByteCounts;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
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
  private static final int MOST_STRETCHES = 240;

  /** So that a stretch does not depend on which messages happen to end in it. */
  private static final int POINTS_PER_STRETCH = 8;

  /** Of the plot's area, so that markers at its edge are whole. */
  private static final double CONTENT = 0.98;

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
  private final Unit rate;

  private Plot(String title, String horizontal, Unit rate) {
    this.rate = rate;
    System.setProperty("java.awt.headless", "true");
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(horizontal)
            .yAxisTitle("goodput, " + rate.name())
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
    style.setPlotContentSize(CONTENT);
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
    ProgressCurve curve = result.curve();
    int count = Math.clamp(curve.size() / POINTS_PER_STRETCH, 1, MOST_STRETCHES);
    double[] rates = curve.bitsPerSecond(count);
    double rate = TransferText.rate(scenario.effectiveLink());
    double formula = Formula.bitsPerSecond(scenario);
    double greatest = Math.max(greatest(rates), Math.max(finite(rate), finite(formula)));
    Unit time = Unit.ofTime(result.timeNanos());
    Plot plot = new Plot(title(scenario), "virtual time, " + time.name(), Unit.ofRate(greatest));
    double end = time.of((double) result.timeNanos());
    double[] times = new double[2 * count];
    double[] steps = new double[2 * count];
    for (int i = 0; i < count; i++) {
      times[2 * i] = end * i / count;
      times[2 * i + 1] = end * (i + 1) / count;
      steps[2 * i] = rates[i];
      steps[2 * i + 1] = rates[i];
    }
    plot.level("rate of the link", end, rate, LIMIT, DOTTED);
    plot.level("formula", end, formula, EXPECTED, DASHED);
    plot.add("goodput", times, steps, MEASURED, LINE, SeriesMarkers.NONE);
    plot.chart.getStyler().setXAxisMax(end);
    return plot.encode(greatest, format);
  }

  private void level(String name, double end, double rate, Color color, BasicStroke stroke) {
    if (!Double.isInfinite(rate)) {
      double[] times = {0, end};
      add(name, times, new double[] {rate, rate}, color, stroke, SeriesMarkers.NONE);
    }
  }

  /** Returns the picture of a sweep; points that failed are left out. */
  static byte[] overValues(Scenario base, SweepKey key, List<SweepPoint> points, String format) {
    double[] values = points.stream().mapToDouble(point -> key.onAxis(point.value())).toArray();
    double[] expected =
        points.stream().mapToDouble(point -> Formula.bitsPerSecond(point.scenario())).toArray();
    double[] measured = points.stream().mapToDouble(Plot::measured).toArray();
    double greatest = Math.max(greatest(expected), greatest(measured));
    String title = base.link().name() + ": goodput over " + key.text() + ", seed " + base.seed();
    Plot plot = new Plot(title, key.axis(), Unit.ofRate(greatest));
    plot.chart.getStyler().setXAxisLogarithmic(true);
    plot.chart.getStyler().setXAxisTickLabelsFormattingFunction(Plot::label);
    plot.add("goodput", values, measured, MEASURED, LINE, SeriesMarkers.CIRCLE);
    plot.add("formula", values, expected, EXPECTED, DASHED, SeriesMarkers.NONE);
    return plot.encode(greatest, format);
  }

  private static String label(double value) {
    return value < 1
        ? Amounts.probability(new BigDecimal(value).round(new MathContext(2)).doubleValue())
        : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static double measured(SweepPoint point) {
    TransferResult result = point.result();
    return result == null ? Double.NaN : result.bitsPerSecond();
  }

  private static double greatest(double... values) {
    return Arrays.stream(values).filter(Double::isFinite).max().orElse(0);
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private static String title(Scenario scenario) {
    return scenario.link().name()
        + ": "
        + ByteCounts.format(scenario.sizeBytes())
        + " by "
        + scenario.mode().text()
        + ", loss "
        + TransferText.loss(scenario.link().loss())
        + ", seed "
        + scenario.seed();
  }

  private void add(
      String name, double[] x, double[] rates, Color color, BasicStroke stroke, Marker marker) {
    XYSeries series = chart.addSeries(name, x, Arrays.stream(rates).map(rate::of).toArray());
    series.setLineColor(color);
    series.setLineStyle(stroke);
    series.setMarker(marker);
    series.setMarkerColor(color);
  }

  private byte[] encode(double greatest, String format) {
    if (greatest > 0) {
      chart.getStyler().setYAxisMax(rate.of(greatest) * HEADROOM);
    }
    try {
      return ChartEncoder.getBytes(chart, format);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
