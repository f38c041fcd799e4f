using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Whatever is answered, at whatever step: the right bytes, or an error that the engine knows.</summary>
public sealed class HostileAnswerTests
{
    private static readonly int[] Statuses =
        [200, 201, 202, 203, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 402, 403, 404, 405, 409,
            410, 413, 416, 418, 426, 451, 501];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Location", "/v2/x"), ("Location", "//"), ("Location", ""), ("Location", "http:///"),
        ("Location", "\u00e9 %%"),
        ("Location", "http://127.0.0.1:1/x"), ("Location", "../../../../.."), ("Location", "mailto:a@b"),
        ("Content-Range", "bytes 5-2/1"), ("Content-Range", "bytes */0"), ("Content-Range", "nonsense"),
        ("Content-Type", "text/html"), ("Content-Type", "not a type;;"),
        ("Content-Type", "application/vnd.oci.image.index.v1+json"),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "br"), ("Content-Encoding", "gzip, gzip"),
        ("Docker-Content-Digest", "sha256:x"), ("Docker-Content-Digest", "sha256:" + new string('0', 64)),
        ("WWW-Authenticate", "Bearer"), ("WWW-Authenticate", "Bearer realm=\"/token\""),
        ("WWW-Authenticate", "Bearer realm=\"http://[\",,,=\"\\"), ("WWW-Authenticate", "Negotiate, Basic"),
        ("Range", "0-99999999999999999999"), ("Range", "x"), ("OCI-Chunk-Min-Length", "99999999999999999999"),
        ("Retry-After", "0"), ("Retry-After", "x"), ("Link", "<//>; rel=next"), ("Transfer-Encoding", "nonsense"),
    ];

    private static readonly byte[][] Bodies =
    [
        [], "{}"u8.ToArray(), "[]"u8.ToArray(), "null"u8.ToArray(), "<html>"u8.ToArray(),
        "{\"errors\":[5]}"u8.ToArray(),
        "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"\\ud800\"}]}"u8.ToArray(), [0x1f, 0x8b, 8, 0, 9],
        "{\"token\":\"\\ud800\",\"tags\":[\"\\ud800\",5,null]}"u8.ToArray(), "{\"token\":5,\"tags\":{}}"u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 5000)), [0xff, 0xfe, 0, 0], new byte[100_000],
        "{\"schemaVersion\":2,\"manifests\":[]}"u8.ToArray(), "{\"schemaVersion\":2,\"config\":5}"u8.ToArray(),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_answer_brings_an_error_that_is_not_known(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var (step, answer, inPieces) = (random.Next(14), Answer(random), random.Next(4) == 0);
            await PullsOrFailsAsync(step, answer, $"seed {seed}, pull {i}: step {step}");
            await PushesOrFailsAsync(step, answer, inPieces, $"seed {seed}, push {i}: step {step}");
        }
    }

    private static async Task PullsOrFailsAsync(int step, ScriptedResponse answer, string what)
    {
        var image = SampleImage.Oci(1);
        await using var registry = new FakeRegistry().Add(image);
        registry.Intercept = At(step, answer);
        using var bench = new RegistryBench(RegistryBench.Quick with { RetryCount = 1 });
        await SucceedsOrFailsAsync(() => bench.AssertHoldsAsync(registry.Reference(), image), answer, what);
    }

    private static async Task PushesOrFailsAsync(int step, ScriptedResponse answer, bool inPieces, string what)
    {
        var image = SampleImage.Oci(1);
        await using var registry = new FakeRegistry();
        registry.Intercept = At(step, answer);
        using var bench = new RegistryBench(
            RegistryBench.Quick with { RetryCount = 1, UploadChunkSize = inPieces ? 64 << 10 : null });
        await SucceedsOrFailsAsync(() => bench.PushAsync(image, registry.Reference()), answer, what);
    }

    private static async Task SucceedsOrFailsAsync(Func<Task> run, ScriptedResponse answer, string what)
    {
        try
        {
            await run();
        }
        catch (DiffahException e)
        {
            Assert.NotEqual(DiffahErrors.Internal, e.Error);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            var heads = string.Join(", ", answer.Headers.Select(h => $"{h.Name}: {h.Value}"));
            Assert.Fail($"{what}, {answer.Status}, {heads}, {answer.Body.Length} bytes: {e}");
        }
    }

    private static ScriptedResponse Answer(Random random)
    {
        var headers = Enumerable.Range(0, random.Next(4)).Select(_ => Headers[random.Next(Headers.Length)])
            .DistinctBy(h => h.Name).ToArray();
        var body = Bodies[random.Next(Bodies.Length)];
        return new ScriptedResponse(Statuses[random.Next(Statuses.Length)], body, headers)
        {
            DeclaredLength = random.Next(5) switch { 0 => -1, 1 => body.Length + 10, _ => null },
        };
    }

    /// <summary>The one answer from one request on, or to this request alone.</summary>
    private static Func<ScriptedRequest, ScriptedResponse?> At(int step, ScriptedResponse answer)
    {
        var count = 0;
        return r => r.Path == "/v2/" && step > 0 ? null
            : Interlocked.Increment(ref count) is var now && (step % 2 == 0 ? now == step / 2 + 1 : now > step / 2)
                ? answer : null;
    }
}
