using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>report</c>: the file that was written.</summary>
internal sealed record ReportJson(string Path, string Format, long Bytes, string Source)
{
    public static ReportJson Of(ExportedReport report) =>
        new(report.Path, report.Format.ToLowerInvariant(), report.Bytes, report.Source);
}

/// <summary>The result of <c>report</c> for people.</summary>
internal static class ReportText
{
    public static void Write(TextWriter output, ExportedReport report) =>
        output.WriteLine($"wrote {report.Path}: {report.Format}, {Human.Size(report.Bytes)}, of {report.Source}");
}
