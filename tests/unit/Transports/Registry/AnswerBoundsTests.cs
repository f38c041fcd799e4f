using System.Globalization;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>How much is taken of what a registry answers (docs/limits.md): at the bound, and beyond it.</summary>
public sealed class AnswerBoundsTests : IAsyncDisposable
{
    private const int MiB = 1 << 20;

    private readonly FakeRegistry _registry = new();
    private readonly SampleImage _image = SampleImage.Oci(1);
    private readonly RegistryBench _bench = new();

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Theory]
    [InlineData(MiB, false, true)]
    [InlineData(MiB + 1, false, false)]
    [InlineData(MiB, true, true)]
    [InlineData(MiB + 1, true, false)]
    public async Task A_token_comes_in_a_mebibyte_at_the_most(int length, bool isPacked, bool isRead)
    {
        _registry.Add(_image);
        var answer = Encoding.ASCII.GetBytes("{\"token\":\"good\"}".PadRight(length));
        _registry.Intercept = r => r.Path == "/token"
            ? isPacked
                ? new ScriptedResponse(200, SampleImage.Gzip(answer), ("Content-Encoding", "gzip"))
                : new ScriptedResponse(200, answer)
            : r.Authorization == "Bearer good" ? null
            : new ScriptedResponse(
                401, null, ("WWW-Authenticate", $"Bearer realm=\"http://{_registry.Server.Host}/token\""));
        if (isRead)
            await _bench.AssertHoldsAsync(_registry.Reference(), _image);
        else
            await FailsAsync(DiffahErrors.SizeMismatch);
    }

    [Theory]
    [InlineData(4 * MiB, true)]
    [InlineData((4 * MiB) + 1, false)]
    public async Task A_manifest_has_four_mebibytes_at_the_most(int length, bool isRead)
    {
        _registry.Add(_image);
        var text = Encoding.UTF8.GetString(_image.Manifest.Bytes.Span).PadRight(length);
        _registry.Manifests["v1"] = (Encoding.UTF8.GetBytes(text), _image.Manifest.MediaType);
        if (isRead)
            await using (await _bench.OpenAsync(_registry.Reference()))
                return;
        await FailsAsync(DiffahErrors.SizeMismatch);
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public async Task Sixteen_kibibytes_are_read_of_an_error(int length, bool isShown)
    {
        const string start = "{\"pad\":\"";
        const string end = "\",\"errors\":[{\"code\":\"X\",\"message\":\"told\"}]}";
        var body = start.PadRight(length - end.Length, 'x') + end;
        _registry.Intercept = r => IsManifest(r) ? ScriptedResponse.Text(400, body) : null;
        var error = await FailsAsync(DiffahErrors.RegistryProtocol);
        Assert.Equal(isShown, error.Message.Contains("X: told", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_without_an_end_is_not_read_on()
    {
        var sent = 0L;
        _registry.Intercept = r => IsManifest(r)
            ? new ScriptedResponse(400)
            {
                DeclaredLength = -1,
                Then = async (stream, stop) =>
                {
                    for (var some = new byte[64 * 1024]; ; sent += some.Length)
                        await stream.WriteAsync(some, stop);
                },
            }
            : null;
        await FailsAsync(DiffahErrors.RegistryProtocol).WaitAsync(TimeSpan.FromSeconds(30));
        // What was not read waits in the buffers of the connection.
        Assert.InRange(sent, 0, 32 * MiB);
    }

    [Fact]
    public async Task Three_errors_are_shown_and_400_characters_of_them()
    {
        static string Body(params string[] messages) =>
            $"{{\"errors\":[{string.Join(',', messages.Select(m => $"{{\"code\":\"E\",\"message\":\"{m}\"}}"))}]}}";
        var body = Body("one", "two", "three", "four");
        _registry.Intercept = r => IsManifest(r) ? ScriptedResponse.Text(400, body) : null;
        var error = await FailsAsync(DiffahErrors.RegistryProtocol);
        Assert.Contains("E: one; E: two; E: three", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("four", error.Message, StringComparison.Ordinal);
        body = Body(new string('y', 397) + "z");
        error = await FailsAsync(DiffahErrors.RegistryProtocol);
        Assert.Contains($"E: {new string('y', 397)}…", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Five_redirects_are_followed(int redirects, bool arrives)
    {
        _registry.Add(_image);
        var layer = _image.Layers[1];
        _registry.Intercept = r => !r.Path.StartsWith("/hop/", StringComparison.Ordinal)
            ? r.Path.EndsWith(layer.Digest.ToString(), StringComparison.Ordinal) ? Hop(1) : null
            : int.Parse(r.Path["/hop/".Length..], CultureInfo.InvariantCulture) is var done && done < redirects
                ? Hop(done + 1)
                : new ScriptedResponse(200, _image.Blobs[layer.Digest]);
        var reading = _bench.ReadAsync(_registry.Reference(), layer);
        if (arrives)
            Assert.Equal(_image.Blobs[layer.Digest], await reading);
        else
            Assert.Equal(
                DiffahErrors.RegistryProtocol, (await Assert.ThrowsAsync<DiffahException>(() => reading)).Error);

        static ScriptedResponse Hop(int number) =>
            new(307, null, ("Location", string.Create(CultureInfo.InvariantCulture, $"/hop/{number}")));
    }

    [Theory]
    [InlineData("119", "119 s")]
    [InlineData("86400", "120 s")]
    public async Task Two_minutes_are_waited_where_a_registry_asks_for_more(string asked, string waited)
    {
        using var stop = new CancellationTokenSource();
        var told = "";
        var events = new EventSink(new Listener(e =>
        {
            if (e is not MessageEvent { Message: var message } || !message.Contains("again", StringComparison.Ordinal))
                return;
            told = message;
            stop.Cancel();
        }));
        _registry.Intercept = r => IsManifest(r) ? new ScriptedResponse(429, null, ("Retry-After", asked)) : null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var source = await _bench.Transport.OpenSourceAsync(
                ImageReference.Parse(_registry.Reference()), new TransportContext(_bench.Work, events), stop.Token);
            await source.GetManifestAsync(null, stop.Token);
        });
        Assert.Contains($"trying again in {waited}", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_piece_has_64_mebibytes_where_the_registry_wants_more()
    {
        const int largest = 64 * MiB;
        using var bench = new RegistryBench(RegistryBench.Quick with { UploadChunkSize = 64 << 10 });
        _registry.Intercept = r => r.Method == "POST" && _registry.Answer(r) is var answer
            ? answer with { Headers = [.. answer.Headers, ("OCI-Chunk-Min-Length", "2000000000")] }
            : null;
        var content = new byte[largest + 1];
        var blob = new Descriptor("x", Digest.Compute(content), content.Length);
        await using (var destination = await bench.CreateAsync(_registry.Reference()))
            await destination.PutBlobAsync(blob, new MemoryStream(content), default);
        Assert.Equal([largest, 1], _registry.Requests.Where(r => r.Method == "PATCH").Select(r => r.Body.Length));
        Assert.True(_registry.Blobs.ContainsKey(blob.Digest.ToString()));
    }

    private async Task<DiffahException> FailsAsync(DiffahError expected)
    {
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.AssertHoldsAsync(_registry.Reference(), _image));
        Assert.Equal(expected, error.Error);
        return error;
    }

    private static bool IsManifest(ScriptedRequest r) => r.Path.Contains("/manifests/", StringComparison.Ordinal);

    private sealed class Listener(Action<EngineEvent> told) : IProgress<EngineEvent>
    {
        public void Report(EngineEvent value) => told(value);
    }
}
