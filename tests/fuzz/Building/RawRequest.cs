using System.Globalization;
using System.Text;

namespace Diffah.Fuzz.Building;

/// <summary>A request as a socket gave it.</summary>
internal sealed record RawRequest(string Method, string Target, Dictionary<string, string> Headers, byte[] Body)
{
    private const int MaximumHead = 64 << 10;

    public string Path => Target.Split('?')[0];

    /// <summary>Reads the next request; null where the connection ends, or speaks no HTTP.</summary>
    public static async Task<RawRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var head = await HeadAsync(stream, stop);
        if (head?.Split("\r\n") is not [var first, .. var lines] || first.Split(' ') is not [var method, var target, _])
            return null;
        var headers = lines.Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0].ToLowerInvariant())
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new(method, target, headers, await BodyAsync(stream, headers, stop));
    }

    private static async Task<string?> HeadAsync(Stream stream, CancellationToken stop)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < MaximumHead && await stream.ReadAsync(one, stop) == 1)
        {
            bytes.Add(one[0]);
            if (bytes[0] is < (byte)'A' or > (byte)'Z')
                return null; // the beginning of TLS
            if (bytes is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
                return Encoding.Latin1.GetString([.. bytes]).TrimEnd();
        }
        return null;
    }

    private static async Task<byte[]> BodyAsync(
        Stream stream, Dictionary<string, string> headers, CancellationToken stop)
    {
        if (headers.TryGetValue("Content-Length", out var length))
            return await ExactlyAsync(stream, int.Parse(length, CultureInfo.InvariantCulture), stop);
        if (!headers.ContainsKey("Transfer-Encoding"))
            return [];
        var body = new MemoryStream();
        while (await ChunkAsync(stream, stop) is { Length: > 0 } chunk)
            body.Write(chunk);
        return body.ToArray();
    }

    private static async Task<byte[]> ChunkAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop) == 1)
            line.Append((char)one[0]);
        var size = int.Parse(line.ToString().TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var chunk = await ExactlyAsync(stream, size, stop);
        await ExactlyAsync(stream, 2, stop);
        return chunk;
    }

    private static async Task<byte[]> ExactlyAsync(Stream stream, int length, CancellationToken stop)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}
