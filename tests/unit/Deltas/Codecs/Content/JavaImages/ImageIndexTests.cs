using System.Text;
using Diffah.Engine.Deltas.Codecs.Content.JavaImages;
using Diffah.Fuzz.Building;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>Indexes of images are made of names and sizes.</summary>
public sealed class ImageIndexTests
{
    [Fact]
    public void An_index_that_the_JDK_wrote_follows_from_its_skeleton()
    {
        var index = WrittenByJlink.Index;
        var skeleton = ImageIndex.TryOpen(index);
        Assert.NotNull(skeleton);
        Assert.Equal(index.Length, skeleton.IndexLength);
        Assert.Equal(index, ImageIndex.TryMake(skeleton.Bytes, index.Length));
        Assert.Null(ImageIndex.TryMake(skeleton.Bytes, index.Length - 1));
    }

    [Fact]
    public void A_skeleton_has_the_names_and_sizes_that_the_JDK_was_given()
    {
        var names = SkeletonNames.TryRead(ImageSkeleton.TryMake(WrittenByJlink.Index)!.Bytes);
        Assert.NotNull(names);
        var lines = Enumerable.Range(0, names.Count).Select(i => Line(names, i));
        Assert.Equal(WrittenByJlink.Resources.ReplaceLineEndings("\n"), string.Join('\n', lines));
    }

    // By hand: "/m/b.class" alone. A table of one slot holds it whatever its hash is.
    [Fact]
    public void An_image_of_one_resource_is_as_by_hand()
    {
        byte[] image =
        [
            0xDA, 0xDA, 0xFE, 0xCA, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, 11, 0, 0, 0,
            0xFF, 0xFF, 0xFF, 0xFF,
            1, 0, 0, 0,
            0, 0x08, 7, 0x18, 9, 0x20, 1, 0x39, 0x01, 0x02, 0, 0,
            0, .. "class"u8, 0, (byte)'m', 0, (byte)'b', 0,
            .. new byte[0x102],
        ];
        byte[] skeleton =
        [
            0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
            1, (byte)'m', 0, 0, (byte)'b', 0, .. "class"u8, 0,
            2, 1, 0, 0, 0, 0, 0, 0,
        ];
        var opened = ImageIndex.TryOpen(image);
        Assert.NotNull(opened);
        Assert.Equal(skeleton, opened.Bytes.ToArray());
        Assert.Equal(image.Length - 0x102, opened.IndexLength);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 3)]
    [InlineData(150, 0)]
    [InlineData(900, 3)]
    public void An_image_of_the_second_reader_is_opened_to_the_skeleton_that_it_was_made_of(int count, byte padding)
    {
        var builder = JavaImageBuilder.Random(new Dice(3), count);
        var skeleton = builder.Skeleton(padding, padding);
        var index = JavaImage.Index(skeleton);
        Assert.Equal(index, ImageIndex.TryMake(skeleton, index.Length));
        Assert.Equal(skeleton, ImageIndex.TryOpen(index)?.Bytes.ToArray());
    }

    [Fact]
    public void Resources_at_one_place_are_in_the_order_of_their_slots()
    {
        var builder = new JavaImageBuilder();
        for (var index = 0; index < 40; index++)
            builder.Add("m", "p", $"empty{index}", []);
        var image = builder.Build();
        var skeleton = ImageSkeleton.TryMake(image);
        Assert.NotNull(skeleton);
        Assert.Equal(JavaImage.Open(image).Skeleton, skeleton.Bytes.ToArray());
    }

    [Fact]
    public void An_index_that_does_not_follow_from_its_names_is_not_opened()
    {
        var index = WrittenByJlink.Index;
        for (var at = 0; at < index.Length; at++)
        {
            var other = index.ToArray();
            other[at] ^= 1;
            if (ImageIndex.TryOpen(other) is { } skeleton)
                Assert.Equal(other[..skeleton.IndexLength], ImageIndex.TryMake(skeleton.Bytes, index.Length));
        }
        // The least significant byte of a redirect, an offset, and the attribute of an offset.
        foreach (var at in (int[])[28, 28 + (4 * 37), 28 + (8 * 37) + 10])
        {
            var other = index.ToArray();
            other[at] ^= 2;
            Assert.Null(ImageIndex.TryOpen(other));
        }
        Assert.Null(ImageIndex.TryOpen(index.AsSpan(0, index.Length - 1)));
        Assert.Null(ImageIndex.TryOpen([]));
    }

    private static string Line(SkeletonNames names, int index)
    {
        var name = names[index];
        var text = new StringBuilder();
        if (!name.Module.IsEmpty)
            text.Append('/').Append(Encoding.UTF8.GetString(name.Module)).Append('/');
        if (!name.Parent.IsEmpty)
            text.Append(Encoding.UTF8.GetString(name.Parent)).Append('/');
        text.Append(Encoding.UTF8.GetString(name.Base));
        if (!name.Extension.IsEmpty)
            text.Append('.').Append(Encoding.UTF8.GetString(name.Extension));
        return $"{text} {names.Compressed(index)} {names.Size(index)}";
    }
}
