using System.Buffers.Binary;
using Diffah.Engine.Images.Packages.Rpm;
using Diffah.Tests.Images.Packages.Formats;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Rpm;

/// <summary>
/// Databases of SUSE's rpm, put together byte by byte as rpm's lib/backend/ndb/rpmpkg.c says; the headers are real.
/// </summary>
public sealed class NdbDatabaseTests
{
    private const int FirstBlock = 2 * 4096 / 16;

    private static readonly byte[][] Headers = ReadHeaders();

    [Fact]
    public async Task Packages_are_those_of_its_slots()
    {
        using var bench = new PackageBench();
        Assert.Equal(["rpm alpha 1.0-1 noarch", "rpm beta 2:2.1~rc1-3.el9 x86_64", "rpm gamma 0.9^git1-1 aarch64"],
            await bench.ReadAsync(new TarBuilder().File("usr/lib/sysimage/rpm/Packages.db", Database())));
        Assert.Empty(bench.Warnings);
    }

    [Theory]
    [InlineData(0, 0, "no database")] // the mark
    [InlineData(4, 1, "no database")] // the version
    [InlineData(12, 3000, "damaged")] // pages of slots
    [InlineData(32, 0, "damaged")] // the mark of a slot
    [InlineData(40, -1, "damaged")] // where its package begins
    [InlineData(16 * FirstBlock, 0, "damaged")] // the mark of a package
    [InlineData((16 * FirstBlock) + 4, 99, "damaged")] // its number
    [InlineData((16 * FirstBlock) + 12, int.MaxValue, "damaged")] // its length
    public void What_is_damaged_is_told_of(int at, int value, string expected)
    {
        var bytes = Database();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Count(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_that_share_their_blocks_cost_no_more_than_the_file()
    {
        var bytes = Database();
        for (var slot = 48; slot < 4096; slot += 16)
            bytes.AsSpan(32, 16).CopyTo(bytes.AsSpan(slot));
        Assert.Throws<InvalidDataException>(() => Count(bytes));
    }

    private static int Count(byte[] bytes) => NdbDatabase.ReadHeaders(new MemoryStream(bytes), 1_000_000).Count();

    private static byte[] Database()
    {
        var blocks = new List<byte>();
        var slots = new byte[2 * 4096];
        "RpmP"u8.CopyTo(slots);
        BinaryPrimitives.WriteInt32LittleEndian(slots.AsSpan(12), 2);
        for (var slot = 32; slot < slots.Length; slot += 16)
            "Slot"u8.CopyTo(slots.AsSpan(slot));
        // The last package is in the second page; empty slots are between.
        int[] places = [32, 48 + 64, 4096 + 160];
        for (var i = 0; i < places.Length; i++)
        {
            var (number, start) = (i + 1, FirstBlock + (blocks.Count / 16));
            byte[] blob =
                [.. "BlbS"u8, .. Little(number), .. Little(7), .. Little(Headers[i].Length), .. Headers[i]];
            byte[] padded = [.. blob, .. new byte[(16 - ((blob.Length + 12) % 16)) % 16]];
            byte[] whole = [.. padded, .. Little(0), .. Little(Headers[i].Length), .. "BlbE"u8];
            blocks.AddRange(whole);
            byte[] slot = [.. "Slot"u8, .. Little(number), .. Little(start), .. Little(whole.Length / 16)];
            slot.CopyTo(slots, places[i]);
        }
        return [.. slots, .. blocks];
    }

    private static byte[] Little(int value) => BitConverter.GetBytes(value);

    private static byte[][] ReadHeaders() =>
    [
        .. SqliteDatabase.Open(new MemoryStream(SystemPackageTests.RpmDatabase), null, 1_000_000).ReadTable("Packages")
            .Select(r => r.Blob(1)!.Value.ToArray())
            .Where(h => RpmHeader.Parse(h).Name is "alpha" or "beta" or "gamma"),
    ];
}
