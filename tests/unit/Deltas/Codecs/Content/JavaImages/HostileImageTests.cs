using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.JavaImages;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Mutation;

namespace Diffah.Tests.Deltas.Codecs.Content.JavaImages;

/// <summary>Images and skeletons that no tool writes.</summary>
public sealed class HostileImageTests
{
    [Theory]
    [InlineData(0xDE)]
    [InlineData(0xDF)]
    public void A_damaged_image_is_opened_to_something_of_a_bounded_length_or_not_at_all(ulong seed)
    {
        var image = JavaImageBuilder.Random(new Dice(seed), 60).Build();
        var dice = Dice.For(seed, "image", 0);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = ByteMutator.Mutate(image, dice);
            if (ImageSkeleton.TryMake(damaged) is not { } skeleton)
                continue;
            Assert.InRange(skeleton.IndexLength, 0, damaged.Length);
            Assert.NotNull(SkeletonNames.TryRead(skeleton.Bytes));
        }
    }

    [Theory]
    [InlineData(0xDE)]
    [InlineData(0xDF)]
    public void A_damaged_skeleton_gives_an_index_of_a_bounded_length_or_none(ulong seed)
    {
        var skeleton = JavaImageBuilder.Random(new Dice(seed), 60).Skeleton();
        var dice = Dice.For(seed, "skeleton", 0);
        for (var round = 0; round < 3000; round++)
        {
            var index = ImageIndex.TryMake(ByteMutator.Mutate(skeleton, dice), 5000);
            Assert.InRange(index?.Length ?? 0, 0, 5000);
        }
    }

    [Theory]
    [InlineData(3, 2u)] // Fewer slots than resources.
    [InlineData(3, ImageHeader.MostSlots + 1u)]
    [InlineData(3, uint.MaxValue)]
    [InlineData(4, 4u)]
    [InlineData(4, 2u)]
    [InlineData(4, uint.MaxValue)]
    [InlineData(5, 256u)]
    [InlineData(6, 256u)]
    public void Numbers_out_of_their_bounds_are_refused(int index, uint number)
    {
        var skeleton = ThreeResources().Skeleton();
        Assert.NotNull(ImageIndex.TryMake(skeleton, int.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(skeleton.AsSpan(4 * index), number);
        Assert.Null(ImageIndex.TryMake(skeleton, int.MaxValue));
    }

    [Fact]
    public void As_much_padding_as_may_be_is_made()
    {
        var (least, most) = (ThreeResources().Skeleton(), ThreeResources().Skeleton(255, 255));
        Assert.Equal(
            ImageIndex.TryMake(least, int.MaxValue)!.Length + 510, ImageIndex.TryMake(most, int.MaxValue)!.Length);
    }

    [Fact]
    public void The_first_resource_says_its_directory_and_a_mark_is_0_or_1()
    {
        var skeleton = ThreeResources().Skeleton();
        foreach (var mark in (byte[])[0, 2, 255])
        {
            skeleton[ImageSkeleton.HeadLength] = mark;
            Assert.Null(ImageIndex.TryMake(skeleton, int.MaxValue));
        }
    }

    [Fact]
    public void A_name_that_is_there_twice_has_no_slots()
    {
        var builder = new JavaImageBuilder().Add("m", "p", "a.class", []).Add("m", "p", "a.class", []);
        Assert.Null(ImageIndex.TryMake(builder.Skeleton(), int.MaxValue));
    }

    [Fact]
    public void Names_that_are_much_longer_together_than_the_skeleton_are_refused()
    {
        Assert.NotNull(ImageIndex.TryMake(LongDirectory(7).Skeleton(), int.MaxValue));
        Assert.Null(ImageIndex.TryMake(LongDirectory(9).Skeleton(), int.MaxValue));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(9, false)]
    public void An_image_whose_skeleton_would_be_too_long_is_none(int megabytes, bool isOne)
    {
        var module = new string('m', megabytes << 20);
        var image = new JavaImageBuilder().Add(module, "p", "a", []).Add(module, "q", "a", []).Build();
        Assert.Equal(isOne, ImageSkeleton.TryMake(image) is not null);
    }

    [Fact]
    public void An_image_of_too_many_slots_is_none()
    {
        var image = new byte[28 + (8 * (ImageHeader.MostSlots + 1)) + 2];
        foreach (var slots in (int[])[ImageHeader.MostSlots, ImageHeader.MostSlots + 1])
        {
            new ImageHeader(0x10000, 0, 0, slots, 1, 1).Write(image);
            Assert.Equal(slots == ImageHeader.MostSlots, ImageSkeleton.TryMake(image) is not null);
        }
    }

    [Theory]
    [InlineData(1, 0x10)] // Kinds that do not ascend.
    [InlineData(0, 0x40)] // A kind that there is not.
    [InlineData(1, 0x07)]
    public void A_location_of_another_form_is_none(int at, byte value)
    {
        byte[] locations = [0x18, 1, 0x20, 2, 0x38, 3, 0];
        var place = 0;
        Assert.True(ImageLocation.TryRead(locations, ref place, out var location));
        Assert.Equal(new ImageLocation { Base = 1, Extension = 2, Size = 3 }, location);
        Assert.Equal(locations.Length, place);
        locations[2 * at] = value;
        (place, var isOne) = (0, false);
        isOne = ImageLocation.TryRead(locations, ref place, out _);
        Assert.Equal(value == 0x07, isOne && place < locations.Length);
        for (var length = 0; length < 4; length++)
        {
            place = 0;
            Assert.False(ImageLocation.TryRead(locations.AsSpan(0, length), ref place, out _) && value != 0x07);
        }
    }

    private static JavaImageBuilder ThreeResources() => new JavaImageBuilder()
        .Add("m", "p", "a.class", [1]).Add("m", "p", "b.class", [2]).Add("m", "p", "c.class", [3]);

    private static JavaImageBuilder LongDirectory(int count)
    {
        var builder = new JavaImageBuilder();
        for (var index = 0; index < count; index++)
            builder.Add("m", new string('p', 10_000), $"{index}", []);
        return builder;
    }
}
