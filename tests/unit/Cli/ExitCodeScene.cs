using System.Text;
using System.Text.RegularExpressions;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// A folder with a delta, images and everything that can be wrong with them; what a line has in braces is made when it
/// is asked for.
/// </summary>
internal sealed partial class ExitCodeScene : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SamplePair _pair;
    private readonly List<ScriptedServer> _servers = [];

    public ExitCodeScene() => _pair = SampleImages.WriteAll(_folder["samples"], 0.1)[SampleFormat.DockerArchive];

    public string Folder => _folder.Path;

    /// <summary>The arguments of a line.</summary>
    public async Task<string[]> ReadAsync(string line)
    {
        foreach (var name in Placeholder().Matches(line).Select(m => m.Groups[1].Value).Distinct().ToArray())
            line = line.Replace($"{{{name}}}", await MakeAsync(name), StringComparison.Ordinal);
        return line.Split(' ');
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _folder.Dispose();
    }

    private Task<string> MakeAsync(string name) => name switch
    {
        "v1" => Task.FromResult(_pair.V1.Reference),
        "v2" => Task.FromResult(_pair.V2.Reference),
        "path" => Task.FromResult(_pair.V1.Path),
        "delta" => DeltaAsync(bytes => bytes),
        "cut" => DeltaAsync(bytes => bytes[..(bytes.Length / 2)]),
        "future" => DeltaAsync(bytes => Replace(bytes, "\"version\": \"v2\"", "\"version\": \"v9\"")),
        "spec" => WriteAsync("spec.json", """{"pairs":[{"name":"svc-a"}]}"""),
        "key" => KeyAsync(),
        "flipped" => ImageAsync((blob, bytes) => blob ? [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] : bytes),
        "garbled" => ImageAsync((blob, bytes) => blob ? bytes : "{}"u8.ToArray()),
        _ => Task.FromResult(Serve(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture))),
    };

    /// <summary>A registry that answers everything about images with one status.</summary>
    private string Serve(int status)
    {
        _servers.Add(
            new ScriptedServer(r => r.Path == "/v2/" ? new ScriptedResponse(200) : new ScriptedResponse(status)));
        return _servers[^1].Host;
    }

    private async Task<string> DeltaAsync(Func<byte[], byte[]> damage)
    {
        var path = _folder["app.delta.tar"];
        await RealImages.CreateAsync(_pair.V1.Reference, _pair.V2.Reference, path, DeltaLab.QuickFast);
        await File.WriteAllBytesAsync(path, damage(await File.ReadAllBytesAsync(path)));
        return path;
    }

    private async Task<string> KeyAsync()
    {
        var made = await CliRun.InAsync(Folder, "keygen", "test.key");
        Assert.True(made.ExitCode == 0, made.Error);
        return _folder["test.pub"];
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder[name], text);
        return _folder[name];
    }

    /// <summary>A dir: image of which blobs or manifest are changed.</summary>
    private async Task<string> ImageAsync(Func<bool, byte[], byte[]> change)
    {
        var image = SampleImage.Oci(1);
        Directory.CreateDirectory(_folder["image"]);
        await File.WriteAllBytesAsync(_folder["image/manifest.json"], change(false, image.Manifest.Bytes.ToArray()));
        foreach (var (digest, bytes) in image.Blobs)
            await File.WriteAllBytesAsync(_folder[$"image/{digest.Hex}"], change(true, bytes));
        return $"dir:{_folder["image"]}";
    }

    private static byte[] Replace(byte[] bytes, string from, string to)
    {
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(from));
        Assert.True(at >= 0, $"There is no {from}.");
        Encoding.ASCII.GetBytes(to, bytes.AsSpan(at));
        return bytes;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
