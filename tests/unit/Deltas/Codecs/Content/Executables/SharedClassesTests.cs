using System.Buffers.Binary;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

public sealed class SharedClassesTests
{
    private const int Start = 0x1000;
    private const int Pointers = 0x4000;
    private const int Inserted = 48;
    private const int InsertedAt = 0x8000;
    private const long Address = 0x8_0000_0000;

    [Fact]
    public void Addresses_follow_what_moves()
    {
        var (old, now) = (Archive(0), Archive(Inserted));
        List<PatchOp> ops =
        [
            new(0, InsertedAt, Inserted),
            new(InsertedAt, old.Length - InsertedAt, 0),
        ];
        var layout = ExecutableLayout.Create(old, now);
        Assert.NotNull(layout);
        var predicted = ExecutablePair.Predict(layout, old, now, ops, length => length);
        Assert.Equal(now[..InsertedAt], predicted[..InsertedAt]);

        var output = new ByteList();
        layout.Write(output);
        var read = ExecutableLayout.Read(output.Written.Span, old.Length, now.Length, out _);
        Assert.Equal(predicted, ExecutablePair.Predict(read, old, now, ops, length => length));
    }

    [Fact]
    public void What_does_not_say_where_its_image_begins_has_no_layout()
    {
        var old = Archive(0);
        var now = Archive(0);
        BinaryPrimitives.WriteInt64LittleEndian(now.AsSpan(0x28), 0x1234);
        Assert.Null(ExecutableLayout.Create(old, now));
        Assert.Null(ExecutableLayout.Create(old, old.AsSpan(0, 0x1000)));
        Assert.Null(ExecutableLayout.Create([], old));
    }

    /// <summary>An image whose pointers are to what stands behind the bytes that are put in.</summary>
    private static byte[] Archive(int more)
    {
        var file = new byte[0x20000 + more];
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0xF00BABA2);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(0x28), Start);
        for (var index = 0; index < 100; index++)
        {
            var target = Address + InsertedAt - Start + 0x100 + (index * 40) + more;
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(Pointers + (index * 16)), target);
        }
        return file;
    }
}
