//! Places on earth.

/// In degrees.
#[derive(Clone, Copy, PartialEq)]
pub(in super::super) struct Place {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

const KM_PER_DEGREE: f64 = 111.32;

impl Place {
    const fn new(latitude: f64, longitude: f64) -> Self {
        Self {
            latitude,
            longitude,
        }
    }

    /// The place so many km away, in the direction of these degrees.
    pub(super) fn towards(self, heading: f64, km: f64) -> Self {
        let (east, north) = heading.to_radians().sin_cos();
        Self {
            latitude: self.latitude + north * km / KM_PER_DEGREE,
            longitude: self.longitude + east * km / self.km_per_degree_east(),
        }
    }

    /// How far away the other place is, in km; good for the distances of a day.
    pub(super) fn km_to(self, other: Self) -> f64 {
        let (east, north) = self.way_to(other);
        east.hypot(north)
    }

    /// The direction of the other place, from 0 to 360 degrees.
    pub(super) fn heading_to(self, other: Self) -> f64 {
        let (east, north) = self.way_to(other);
        east.atan2(north).to_degrees().rem_euclid(360.0)
    }

    /// The place on the way to the other one, at this share of it.
    pub(super) fn on_the_way_to(self, other: Self, share: f64) -> Self {
        Self {
            latitude: self.latitude + (other.latitude - self.latitude) * share,
            longitude: self.longitude + (other.longitude - self.longitude) * share,
        }
    }

    fn way_to(self, other: Self) -> (f64, f64) {
        (
            (other.longitude - self.longitude) * self.km_per_degree_east(),
            (other.latitude - self.latitude) * KM_PER_DEGREE,
        )
    }

    fn km_per_degree_east(self) -> f64 {
        KM_PER_DEGREE * self.latitude.to_radians().cos()
    }
}

/// Where vehicles live.
pub(super) struct City {
    pub(super) place: Place,
    /// In hours.
    pub(super) utc_offset: f64,
}

pub(super) static CITIES: &[City] = &[
    city(57.7087, 11.9751, 1.0),
    city(52.5200, 13.4050, 1.0),
    city(51.5074, -0.1278, 0.0),
    city(37.3861, -122.0839, -8.0),
    city(39.7392, -104.9903, -7.0),
    city(41.8781, -87.6298, -6.0),
    city(40.7128, -74.0060, -5.0),
    city(43.6532, -79.3832, -5.0),
];

const fn city(latitude: f64, longitude: f64, utc_offset: f64) -> City {
    City {
        place: Place::new(latitude, longitude),
        utc_offset,
    }
}
