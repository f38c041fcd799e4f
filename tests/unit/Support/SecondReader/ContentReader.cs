namespace Diffah.Tests.Support.SecondReader;

/// <summary>
/// Makes a content of its patch: a second reader of docs/content-patch.md, written from that page. It is slow, and
/// everything is in memory.
/// </summary>
internal static class ContentReader
{
    public static byte[] Read(byte[] patch, IReadOnlyList<byte[]> sources)
    {
        var streams = PatchStreams.Read(patch);
        if (!streams.Sources.SequenceEqual(sources.Select(s => (long)s.Length)))
            throw new InvalidDataException("the sources have other lengths");
        var old = new OldContents(sources);
        var headers = new HeaderReader(streams, old);
        var data = new DataReader(streams, old);
        var content = new MemoryStream();
        for (var left = headers.Count(); left > 0; left--)
        {
            var header = headers.Read(content.Length);
            content.Write(header.Block);
            if (header.Length > 0)
                content.Write(data.Read(header.Length, header.Base));
            var padding = Math.Min((512 - header.Length % 512) % 512, streams.Length - content.Length);
            content.Write(header.Padding ?? new byte[padding]);
        }
        var tail = streams.Length - content.Length;
        if (tail < 0)
            throw new InvalidDataException("the content is too long");
        content.Write(headers.TailIsData() && tail > 0 ? data.Read(tail, null) : new byte[tail]);
        data.RequireEnds();
        streams.RequireEnds();
        return content.ToArray();
    }
}
