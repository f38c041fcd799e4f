using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// Writes <c>report.json</c> while differences are found: they are not kept. What is known at the end stands behind them.
/// </summary>
internal sealed class ReportDocument : IAsyncDisposable
{
    private const int SchemaVersion = 1;
    private const int FlushedAt = 64 * 1024;

    private readonly FileStream _file;
    private readonly Utf8JsonWriter _json;

    /// <summary>Begins the document.</summary>
    /// <param name="path">Absolute path of its file, which is not there yet.</param>
    /// <param name="reference">The image that is compared with.</param>
    /// <param name="difference">The image that is compared.</param>
    /// <param name="options">How they are compared.</param>
    public ReportDocument(string path, string reference, string difference, ComparisonOptions options)
    {
        _file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
        // It goes into no page of HTML; names stay readable.
        _json = new Utf8JsonWriter(_file, new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Indented = true,
            NewLine = "\n",
        });
        WriteHead(reference, difference, options);
    }

    /// <summary>Adds a difference.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task AddAsync(DifferenceJson difference, CancellationToken cancellationToken)
    {
        JsonSerializer.Serialize(_json, difference, ReportJson.Default.DifferenceJson);
        if (_json.BytesPending > FlushedAt)
            await _json.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the document.</summary>
    /// <param name="all">What the comparison came to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task FinishAsync(ImageComparison all, CancellationToken cancellationToken)
    {
        _json.WriteEndArray();
        _json.WriteString("reference_digest", all.ReferenceDigest);
        _json.WriteString("difference_digest", all.DifferenceDigest);
        Write("summary", SummaryJson.Of(all), ReportJson.Default.SummaryJson);
        _json.WriteStartArray("packages");
        foreach (var change in all.Packages)
            JsonSerializer.Serialize(_json, PackageJson.Of(change), ReportJson.Default.PackageJson);
        _json.WriteEndArray();
        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken);
        await _file.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await _file.DisposeAsync();
    }

    /// <inheritdoc/>
    // The writer is not disposed of: it would write what a comparison that failed left in it.
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void WriteHead(string reference, string difference, ComparisonOptions options)
    {
        _json.WriteStartObject();
        _json.WriteNumber("schema_version", SchemaVersion);
        _json.WriteString("reference", reference);
        _json.WriteString("difference", difference);
        Write("options", OptionsJson.Of(options), ReportJson.Default.OptionsJson);
        _json.WriteStartArray("differences");
    }

    private void Write<T>(string name, T value, JsonTypeInfo<T> type)
    {
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, type);
    }
}
