using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// A tar on its way to an engine while it is being written: nothing of it is kept here. The engine takes the image in
/// when the tar has ended, so what ends before leaves nothing behind there.
/// </summary>
internal sealed class ImageLoad : IAsyncDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loading;
    private bool _isWhole;

    /// <summary>Begins to send.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="events">Told of layers while the engine takes them in.</param>
    public ImageLoad(EngineClient client, EventSink events)
    {
        Tar = new TarOutput(_pipe.Writer.AsStream(leaveOpen: true));
        _loading = LoadAsync(client, events);
    }

    /// <summary>What is written here is sent.</summary>
    /// <exception cref="DiffahException">From its writes: what the engine refused meanwhile.</exception>
    public TarOutput Tar { get; }

    /// <summary>Ends the tar, and waits until the engine has the image.</summary>
    /// <param name="cancellationToken">Stops the wait, and the engine's work as far as it heeds that.</param>
    /// <exception cref="DiffahException">What <see cref="EngineClient.LoadAsync"/> throws.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await Tar.FinishAsync(cancellationToken);
        _isWhole = true;
        await _pipe.Writer.CompleteAsync();
        await using var stop = cancellationToken.Register(_stop.Cancel);
        try
        {
            await _loading;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_isWhole)
        {
            // The request breaks off, and the engine throws away what came.
            await _stop.CancelAsync();
            await _pipe.Writer.CompleteAsync(new OperationCanceledException());
        }
        await _loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LoadAsync(EngineClient client, EventSink events)
    {
        using var progress = new LoadProgress(events);
        using var tar = new PipeContent(_pipe.Reader, _stop.Token);
        try
        {
            await client.LoadAsync(tar, progress.Tell, _stop.Token);
            await _pipe.Reader.CompleteAsync(); // an answer before the end is found wrong when the image is looked for
        }
        catch (Exception e)
        {
            // Whoever writes learns of it with the next bytes.
            await _pipe.Reader.CompleteAsync(e);
            throw;
        }
    }

    private sealed class PipeContent : HttpContent
    {
        private readonly PipeReader _reader;
        private readonly CancellationToken _stop;

        public PipeContent(PipeReader reader, CancellationToken stop)
        {
            (_reader, _stop) = (reader, stop);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            _reader.CopyToAsync(stream, _stop);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Shows the layers that an engine takes in, by what it says of each.</summary>
    private sealed class LoadProgress(EventSink events) : IDisposable
    {
        private readonly Dictionary<string, ProgressScope> _parts = new(StringComparer.Ordinal);

        public void Tell(JsonElement message)
        {
            if (!message.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String
                || !message.TryGetProperty("progressDetail", out var detail) || detail.ValueKind != JsonValueKind.Object
                || Number(detail, "current") is not { } done || Number(detail, "total") is not { } total)
                return;
            var part = id.GetString()!;
            if (!_parts.TryGetValue(part, out var scope))
                _parts[part] = scope = events.BeginPart($"layer {ShortText.Cut(part, 12)}", "loading", total);
            scope.AdvanceTo(Math.Min(done, total));
        }

        public void Dispose()
        {
            foreach (var part in _parts.Values)
                part.Dispose();
        }

        private static long? Number(JsonElement detail, string name) =>
            detail.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out var number) && number >= 0 ? number : null;
    }
}
